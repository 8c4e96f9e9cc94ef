import type { Command } from '../core/request.js';
import type { InputName } from '../inputs/registry.js';
import type { Refspec } from '../inputs/values.js';

/** What a command line asks for. Values of options stay texts: they are read by the same rules as inputs. */
export type Asked =
  | { readonly kind: 'help'; readonly about: string | null }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage'; readonly problem: string; readonly about: string | null }
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly texts: Texts;
      readonly json: boolean;
      /** What `push` publishes; `null` for every other command. */
      readonly push: PushOptions | null;
    }
  | { readonly kind: 'board'; readonly texts: Texts; readonly json: boolean }
  | { readonly kind: 'sweep'; readonly texts: Texts; readonly json: boolean; readonly dryRun: boolean }
  | ({ readonly kind: 'exec'; readonly texts: Texts; readonly child: readonly [string, ...string[]] } & ExecOptions)
  | { readonly kind: 'guard'; readonly action: 'install' | 'uninstall' }
  | ({ readonly kind: 'migrate'; readonly texts: Texts; readonly json: boolean } & MigrateOptions);

export type Texts = Readonly<Partial<Record<InputName, string>>>;

export interface ExecOptions {
  readonly graceMs: number;
  readonly lostAfterMs: number;
  /** Claim first, and release when the child has ended. */
  readonly claim: boolean;
}

export interface PushOptions {
  readonly refspec: Refspec;
  /** `null`: none; `''`: the head that was fetched last; else the commit that is expected. */
  readonly lease: string | null;
  readonly dryRun: boolean;
}

export interface MigrateOptions {
  /** The pattern under which the records are; `null`: whichever of the likely ones has some. */
  readonly from: string | null;
  readonly dryRun: boolean;
}
