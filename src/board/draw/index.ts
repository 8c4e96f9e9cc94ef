export { ganttOf, type Gantt } from './gantt.js';
export { markdownBoard } from './markdown.js';
export { pageBoard } from './page.js';
export { terminalBoard } from './terminal.js';
export { headline } from './words.js';
