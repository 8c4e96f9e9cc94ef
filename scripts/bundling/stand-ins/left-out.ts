/** Called where a part of a package is used that the bundle does not contain. */
export function leftOut(name: string): never {
  throw new Error(`${name} is not part of this bundle (scripts/bundling says why)`);
}
