import type { LoggedRequest } from '../../support/local-github/index.js';

/** One request of the minimal script. */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/**
 * The least that a program can do that sends these requests one after the other and reads the answers: no toolkit, no
 * parsing, no outputs. CommonJS, for `node -e`.
 */
export function minimalScript(serverUrl: string, requests: readonly LoggedRequest[], token: string): string {
  const sent = requests.map(({ method, path, body }): Sent => ({
    method,
    path,
    body: body === undefined ? '' : JSON.stringify(body),
  }));
  const module = serverUrl.startsWith('https:') ? 'node:https' : 'node:http';
  return `
const { request, Agent } = require('${module}');
const agent = new Agent({ keepAlive: true });
const requests = ${JSON.stringify(sent)};
function next() {
  const sent = requests.shift();
  if (sent === undefined) return;
  const headers = {
    authorization: 'token ${token}',
    'user-agent': 'minimal',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(sent.body),
  };
  request('${serverUrl}' + sent.path, { method: sent.method, headers, agent }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part) => (text += part)).on('end', next);
  }).end(sent.body);
}
next();
`;
}
