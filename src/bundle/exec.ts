/**
 * Stands in for @actions/exec in the bundle (tsconfig.json, paths): @actions/core starts programs in
 * `platform.getDetails` alone, which nothing here calls.
 */
export function getExecOutput(): never {
  throw new Error('@actions/exec is not part of this bundle');
}
