export { ganttOf, type Gantt } from './gantt.js';
export { markdownBoard } from './markdown.js';
export { terminalBoard } from './terminal.js';
