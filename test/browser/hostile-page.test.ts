import { createServer } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operator } from '../../infra/local/credentials.ts';
import { listen, type Service } from '../../infra/local/listen.ts';
import { choosePorts } from '../../infra/local/tcp-ports.ts';
import { keyTableName, region } from '../../infra/local/template.ts';
import { person } from '../e2e/person.ts';
import { type RunningStack, runStack } from '../e2e/stack.ts';
import { type Attack, attacksOn } from '../infra/local/attacks.ts';
import { reboundName, startChromium } from './chromium.ts';

let running: RunningStack;
let browser: Browser;
let hostile: Service;
let page: Page;
beforeAll(async () => {
  running = await runStack();
  browser = await startChromium();
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Hostile</title>');
  });
  hostile = await listen(server, 0);
  const context = await browser.newContext();
  page = await context.newPage();
});
afterAll(async () => {
  await browser.close();
  await hostile.stop();
  await running.stop();
});

/** Every part of the stack, its port, and what is worth asking it for. */
function targets() {
  const firstPort = Number(new URL(running.stack.publicUrl).port);
  return Object.entries(choosePorts({}, firstPort)).flatMap(([part, port]) =>
    attacksOn(part, running.stack.apiKey).map((attack) => ({ part, port, ...attack })),
  );
}

type Target = Attack & { readonly port: number };

/** What a script of the page that is open can read of the answers, with and without asking for leave. */
function readByScript(host: string, all: readonly Target[]): Promise<readonly string[]> {
  return page.evaluate(
    async ({ host, all }) => {
      const got: string[] = [];
      const ask = async (url: string, init: RequestInit) => {
        const answer = await fetch(url, { ...init, credentials: 'include' }).catch(() => null);
        const read = (await answer?.text()) ?? '';
        const nothing = read === '' || read.startsWith('This is asked for by');
        if (!nothing) got.push(`${init.method} ${url}: ${read.slice(0, 80)}`);
      };
      for (const { port, method, path, headers, body } of all) {
        const url = `http://${host}:${port}${path}`;
        const content = body === undefined ? {} : { body };
        await ask(url, { method, mode: 'cors', headers, ...content });
        await ask(url, { method, mode: 'no-cors', ...content });
      }
      return got;
    },
    { host, all },
  );
}

/** Sends the bodies as forms, which need no leave; where each leads is shown in a frame. */
async function sendForms(host: string, all: readonly Target[]): Promise<void> {
  await page.evaluate(
    async ({ host, all }) => {
      for (const { port, path, body } of all) {
        if (body === undefined) continue;
        const name = `frame${document.forms.length}`;
        const frame = Object.assign(document.createElement('iframe'), { name });
        const form = Object.assign(document.createElement('form'), {
          method: 'post',
          enctype: 'text/plain',
          action: `http://${host}:${port}${path}`,
          target: name,
        });
        form.append(Object.assign(document.createElement('input'), { name: body, value: '' }));
        document.body.append(frame, form);
        const shown = new Promise((resolve) => frame.addEventListener('load', resolve));
        form.submit();
        await shown;
      }
    },
    { host, all },
  );
}

async function planted(): Promise<unknown> {
  const endpoint = running.stack.databaseUrl;
  const client = new DynamoDBClient({ region, endpoint, credentials: operator });
  const Key = { pk: { S: 'APIKEY#planted' }, sk: { S: 'APIKEY' } };
  const { Item } = await client.send(new GetItemCommand({ TableName: keyTableName, Key }));
  client.destroy();
  return Item;
}

test('given a hostile page on another port of this machine, when it asks every port for tokens, rows and secrets, then it reads nothing, plants nothing and changes nothing', async () => {
  const victim = person(running, 'victim');
  await victim.connect('gitlab');
  const before = running.stack.sandbox.state('gitlab').tokens;
  expect(before.filter(({ live }) => live).length).toBeGreaterThan(0);

  await page.goto(`${hostile.url}/`);
  for (const host of ['localhost', '127.0.0.1']) {
    expect(await readByScript(host, targets())).toEqual([]);
    await sendForms(host, targets());
  }
  expect(await planted()).toBeUndefined();
  expect(running.stack.sandbox.state('gitlab').tokens).toEqual(before);
});

test('given a name of the attacker’s that points to this machine, when its page is opened at every port, then nothing of the stack is shown to it', async () => {
  for (const { port, path } of targets()) {
    const shown = await page.goto(`http://${reboundName}:${port}${path}`);
    expect(shown?.status(), `${port}${path}`).toBe(403);
    const own = targets().filter((each) => each.port === port);
    expect(await readByScript(reboundName, own)).toEqual([]);
  }
  expect(await planted()).toBeUndefined();
});
