export { terminalBoard } from './draw/index.js';
export { failedBoard, reportOfBoard } from './report-board.js';
export { showBoard } from './show-board.js';
