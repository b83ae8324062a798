/**
 * Stands in for @actions/http-client/lib/auth in the bundle (tsconfig.json, paths): @actions/core sends the bearer of
 * its OIDC requests with it, which nothing here makes.
 */
export class BearerCredentialHandler {
  constructor() {
    throw new Error('@actions/http-client/lib/auth is not part of this bundle');
  }
}
