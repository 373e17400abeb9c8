import { render } from 'preact';
import { App } from './app';
import { loadState } from './post';
import { guardAnswers } from './reader';
import { loadLanguage } from './words';

loadLanguage();
guardAnswers();
void loadState();
const root = document.getElementById('lane');
if (root) {
  root.textContent = '';
  render(<App />, root);
}
