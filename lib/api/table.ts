import type { RouteDescription } from './description.ts';
import { atomgitInstallationToken } from './routes/atomgitInstallationToken.ts';
import { cancelOperation } from './routes/cancelOperation.ts';
import { checkName } from './routes/checkName.ts';
import { checkNameOfTemplate } from './routes/checkNameOfTemplate.ts';
import { closeSession } from './routes/closeSession.ts';
import { closeSessionByForm } from './routes/closeSessionByForm.ts';
import { createRepository } from './routes/createRepository.ts';
import { createSession } from './routes/createSession.ts';
import { deleteConnection } from './routes/deleteConnection.ts';
import { deleteConnectionByForm } from './routes/deleteConnectionByForm.ts';
import { endSessions } from './routes/endSessions.ts';
import { eraseSubject } from './routes/eraseSubject.ts';
import { getConnection } from './routes/getConnection.ts';
import { getErasure } from './routes/getErasure.ts';
import { getOperation } from './routes/getOperation.ts';
import { getToken } from './routes/getToken.ts';
import { health } from './routes/health.ts';
import { installApp } from './routes/installApp.ts';
import { listConnections } from './routes/listConnections.ts';
import { listInstallationRepositories } from './routes/listInstallationRepositories.ts';
import { listInstallations } from './routes/listInstallations.ts';
import { listNamespaces } from './routes/listNamespaces.ts';
import { listOperations } from './routes/listOperations.ts';
import { listProviders } from './routes/listProviders.ts';
import { listRepositories } from './routes/listRepositories.ts';
import { openapi } from './routes/openapi.ts';
import { openSession } from './routes/openSession.ts';
import { page } from './routes/page.ts';
import { pageButton } from './routes/pageButton.ts';
import { pageButtonPicture } from './routes/pageButtonPicture.ts';
import { pageFavicon } from './routes/pageFavicon.ts';
import { pageNew } from './routes/pageNew.ts';
import { pagePopUp } from './routes/pagePopUp.ts';
import { pageSubmit } from './routes/pageSubmit.ts';
import { refreshToken } from './routes/refreshToken.ts';
import { startConnect } from './routes/startConnect.ts';

/**
 * The HTTP API: every route, in the order in which it is described. For tools and tests alone: a
 * function imports its own request and nothing else of this.
 */
export const routes: readonly RouteDescription[] = [
  page,
  pageNew,
  pageSubmit,
  pageButton,
  pageButtonPicture,
  pagePopUp,
  pageFavicon,
  deleteConnectionByForm,
  closeSessionByForm,
  createSession,
  openSession,
  closeSession,
  endSessions,
  listProviders,
  startConnect,
  getToken,
  listConnections,
  getConnection,
  deleteConnection,
  refreshToken,
  listNamespaces,
  listRepositories,
  checkName,
  checkNameOfTemplate,
  createRepository,
  listOperations,
  getOperation,
  cancelOperation,
  installApp,
  listInstallations,
  listInstallationRepositories,
  atomgitInstallationToken,
  eraseSubject,
  getErasure,
  openapi,
  health,
];
