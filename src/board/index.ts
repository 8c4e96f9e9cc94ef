export { terminalBoard } from './draw/index.js';
export { failedBoard, reportOfBoard, WITHOUT_REPOSITORY } from './report-board.js';
export { boardRepository, showBoard } from './show-board.js';
