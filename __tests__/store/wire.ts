import { afterEach, expect } from '@jest/globals';
import { createTransport } from '../../src/store/octokit-transport.js';
import type { HttpAnswer, Transport } from '../../src/store/transport.js';
import { startHostileServer, type Behaviour, type HostileServer } from './hostile-server.js';
import { shown, within } from './stage.js';

/** A transport whose other end does what a test says. */

export const TOKEN = 'ghs_secret0123456789abcdef';
export const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
export const MIB = 1024 * 1024;

export const servers: HostileServer[] = [];

export function closingServers(): void {
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
}

export async function serve(behave: Behaviour): Promise<{ server: HostileServer; transport: Transport }> {
  const server = await startHostileServer(behave);
  servers.push(server);
  const { apiUrl, graphqlUrl } = server;
  return { server, transport: await createTransport({ token: TOKEN, apiUrl, graphqlUrl }) };
}

export const askEither = [
  ['GraphQL', (transport: Transport, ms?: number) => transport.graphql('{ viewer { login } }', {}, within(ms))],
  ['REST', (transport: Transport, ms?: number) => transport.rest('GET /rate_limit', {}, within(ms))],
] as const;

export function problemOf(answer: HttpAnswer): string {
  if (answer.kind === 'answer') throw new Error(`an answer: ${JSON.stringify(answer).slice(0, 300)}`);
  expect(shown(answer)).not.toContain(TOKEN);
  return answer.problem;
}
