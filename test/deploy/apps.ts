import { describe, expect, test } from 'vitest';
import type { Context } from './context.ts';

/** Apps that organisations install. */
export function withApps({ deployment: deployed, someone }: Context): void {
  describe('apps that are installed', () => {
    test.each([
      ['github', 'repositories', 'token'],
      ['atomgit', 'token', 'repositories'],
    ] as const)(
      'given an app at %s, when the product asks for the %s and the %s of an installation, then one token serves both, live at the host',
      async (host, first, second) => {
        const { api, window } = someone('nobody');
        const page = await window.open(`${deployed().publicUrl}/install/${host}`);
        const { body: installations } = await api('GET', `/installations/${host}`);
        const path = `/installations/${host}/${installations.items[0].id}`;
        const methods = { repositories: 'GET', token: 'POST' } as const;

        const answers = {
          [first]: await api(methods[first], `${path}/${first}`),
          [second]: await api(methods[second], `${path}/${second}`),
        };

        expect(new URL(page.url).origin).toBe(deployed().sandbox.providers[host].webUrl);
        expect(answers.repositories?.status).toBe(200);
        const minted = deployed()
          .sandbox.state(host)
          .tokens.filter(({ live, use }) => live && use === 'installation');
        expect(minted).toMatchObject([{ value: answers.token?.body.token }]);
      },
    );

    test('C62 given a narrow token is asked for, when there is a broad one, then a narrow one is minted', async () => {
      const { api } = someone('nobody');
      const { body: installations } = await api('GET', '/installations/github');
      const permissions = { contents: 'read' };

      const path = `/installations/github/${installations.items[0].id}/token`;
      const { body } = await api('POST', path, { permissions });

      expect(body).toMatchObject({ permissions });
    });
  });
}
