import { render } from 'preact';
import { App } from './app';
import { loadState } from './post';
import { loadLanguage } from './words';

loadLanguage();
void loadState();
const root = document.getElementById('lane');
if (root) {
  root.textContent = '';
  render(<App />, root);
}
