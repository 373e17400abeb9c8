import { render } from 'preact';
import { isLanguage, speak } from '../kit/i18n';
import { App } from './app';
import en from './messages/en.json';
import km from './messages/km.json';
import ko from './messages/ko.json';
import zh from './messages/zh.json';
import { startKeys } from './keys';
import { startRouter } from './router';
import { startSession } from './session';
import { loadTheme } from './theme';

const given = document.documentElement.lang;

speak({ en, km, ko, zh }, isLanguage(given) ? given : 'en');
loadTheme();
startSession();
startRouter();
startKeys();
const root = document.getElementById('console');
if (root) {
  root.textContent = '';
  render(<App />, root);
}
