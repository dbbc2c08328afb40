import { always, type RouteDescription } from '../description.ts';

export const pageFavicon: RouteDescription = {
  operationId: 'getFavicon',
  function: 'page',
  request: { method: 'GET', path: '/favicon.svg' },
  tag: 'page',
  summary: "The picture in the window's tab",
  cookie: 'none',
  pages: true,
  replies: {
    200: { description: 'SVG (`image/svg+xml`), in the colour of the pages.', picture: true },
  },
  codes: [...always],
};
