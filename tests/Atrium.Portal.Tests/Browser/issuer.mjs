// issuer.mjs PORT RETURN-ADDRESS: an OpenID Connect issuer of somebody else (npm oidc-provider). Everybody may sign in with the name that he types; what he types is
// also his object id. POST /test/audience?to=... changes the audience of new tokens, POST /test/end ends all sessions, GET /test/refreshed counts renewed tokens.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [port, returnAddress] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
let audience = 'api://atrium';
let refreshed = 0;
const grants = new Set();

const provider = new Provider(issuer, {
  clients: ['atrium-portal', 'atrium-portal-2'].map(client => ({
    client_id: client, client_secret: 'a secret: of the portal & its hub', grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [returnAddress], post_logout_redirect_uris: [returnAddress.replace('/return', '')],
  })),
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'oid'] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, oid: id, name: `Ann ${id.slice(0, 4)}`, preferred_username: `ann.${id.slice(0, 4)}@company.example` }) }),
  extraTokenClaims: (_, token) => ({ oid: token.accountId, preferred_username: `ann.${token.accountId.slice(0, 4)}@company.example` }),
  pkce: { required: () => true },
  issueRefreshToken: () => true,
  cookies: { keys: ['only a test'] },
  features: {
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => audience,
      useGrantedResource: () => true,
      // A little more than the minute before its end in which the portal renews it.
      getResourceServerInfo: () => ({ scope: 'api', audience, accessTokenFormat: 'jwt', accessTokenTTL: 75 }),
    },
  },
});
provider.on('grant.success', (ctx) => {
  grants.add(ctx.oidc.entities.Grant.jti);
  refreshed += ctx.oidc.params.grant_type === 'refresh_token' ? 1 : 0;
});
const own = provider.callback();
createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (pathname === '/test/audience') {
    audience = searchParams.get('to');
  } else if (pathname === '/test/end') {
    for (const id of grants) {
      await Promise.all([provider.RefreshToken.adapter.revokeByGrantId(id), provider.Grant.adapter.destroy(id)]);
    }
  } else if (pathname !== '/test/refreshed') {
    own(request, response);
    return;
  }

  response.end(String(refreshed));
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
