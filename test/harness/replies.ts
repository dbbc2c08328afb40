import type { ServerResponse } from 'node:http';
import * as z from 'zod/mini';

const schema = z.strictObject({
  statusCode: z.number(),
  headers: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  cookies: z.optional(z.array(z.string())),
  body: z.optional(z.string()),
  isBase64Encoded: z.optional(z.boolean()),
});

/** Sends a function's result as an HTTP API would; a result of another form is a 500. */
export function sendResult(response: ServerResponse, result: unknown): void {
  if (response.writableEnded) return;
  const parsed = schema.safeParse(result);
  if (!parsed.success) {
    sendMessage(response, 500, 'Internal Server Error');
    return;
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded } = parsed.data;
  response.statusCode = statusCode;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.end(Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'));
}

/** API Gateway's own answer, unless there has been one. */
export function sendMessage(response: ServerResponse, status: number, message: string): void {
  if (response.writableEnded) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
}
