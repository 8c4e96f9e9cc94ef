/** A repository as a payload or an answer names it. GitHub keeps the id when the name changes. */
export interface RepositoryIdentity {
  id: number | null;
  /** `owner/name`, in lower case. */
  name: string | null;
}

/** The same id where both are known, else the same name in any case. What neither tells is not the same. */
export function sameRepository(one: RepositoryIdentity, other: RepositoryIdentity): boolean {
  if (one.id !== null && other.id !== null) return one.id === other.id;
  return one.name !== null && other.name !== null && one.name === other.name;
}
