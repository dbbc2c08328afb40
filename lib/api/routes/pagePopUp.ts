import { always, type RouteDescription } from '../description.ts';

export const pagePopUp: RouteDescription = {
  operationId: 'getPopUpScript',
  function: 'page',
  request: { method: 'GET', path: '/forgebridge.js' },
  tag: 'page',
  summary: 'A script that opens the page in a pop-up',
  cookie: 'none',
  pages: true,
  replies: {
    200: {
      description:
        'Defines `forgebridge.create({template, name, returnTo})`, which resolves with `{operation, repository}`, and lets links marked `data-forgebridge` do the same.',
      script: true,
    },
  },
  codes: [...always],
};
