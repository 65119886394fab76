// An OpenID provider as others wrote it, with its own pages for logging in and allowing.
// Arguments: the port, and the server's address. Keys are made anew at each start.
import { createServer } from 'node:http';

import Provider from 'oidc-provider';

const [port, server] = process.argv.slice(2);

// Who logs in as what is who they are: the pages take any password. Made up, like all people here.
const people = {
  olive: { email: 'olive@example.com', email_verified: true, name: 'Olive Owner' },
  paula: { email: 'paula@example.com', email_verified: true, name: 'Paula Provided', groups: ['everybody', 'integration ops'] },
  nemo: { email: 'olive@example.com', email_verified: false, name: 'Nemo Unproven' },
  rita: { email: 'rita@example.com', email_verified: true, name: 'Rita Roleless', groups: ['everybody'] },
};

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id: 'sluice', client_secret: 'made-up client secret', redirect_uris: [`${server}/oidc/callback`], post_logout_redirect_uris: [`${server}/login`] }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
  scopes: ['openid', 'offline_access', 'groups'],
  pkce: { required: () => true },
  findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
});
createServer(provider.callback()).listen(Number(port), 'localhost', () => process.stdout.write('the provider answers\n'));
