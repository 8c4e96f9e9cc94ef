import type { CoordinationRequest } from '../../src/core/request.js';
import type { OwnershipRecord, Target } from '../../src/core/record.js';
import { writeRecord } from '../../src/core/write-record.js';
import type { Ask, Stored } from './terms.js';

/** The same request in the words of the reference model. */
export function askOf(request: CoordinationRequest, target: Target): Ask {
  const { fencingToken: token, ...rest } = request;
  return { ...rest, token, target };
}

/** What lies on the branch for this record, as anybody who reads the file would see it. */
export function storedOf(record: OwnershipRecord): Stored {
  return JSON.parse(writeRecord(record)) as Stored;
}
