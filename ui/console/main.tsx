import { render } from 'preact';
import { isLanguage, speak } from '../kit/i18n';
import { App } from './app';
import { startKeys } from './keys';
import { startRouter } from './router';
import { startSession } from './session';
import { wordsOf } from './speak';
import { loadTheme } from './theme';

async function start(): Promise<void> {
  const given = document.documentElement.lang, first = isLanguage(given) ? given : 'en', root = document.getElementById('console');

  await speak(first, wordsOf(first));
  loadTheme();
  startSession();
  startRouter();
  startKeys();
  if (root) {
    root.textContent = '';
    render(<App />, root);
  }
}

void start();
