import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MlaError } from '@mla/model'
import type { Accounts } from './accounts.ts'
import { isSame, newSecret } from './secrets.ts'
import type { AccessStore, StoredUser } from './store.ts'

/** The first run: whoever can read our log or our folder makes the first expert. */
export interface Setup {
  readonly isNeeded: boolean
  /** Throws NOT_AUTHENTICATED for another code, QUERY_INVALID where there are users already. */
  first(code: string, name: string, password: string): Promise<StoredUser>
}

export interface SetupParts {
  readonly store: AccessStore
  readonly accounts: Accounts
  readonly folder: string
  readonly waitsForSetup: (code: string, path: string) => void
}

export async function createSetup(parts: SetupParts): Promise<Setup> {
  const { store, accounts, folder, waitsForSetup } = parts
  const path = join(folder, 'setup-code')
  const isNeeded = () => store.state.users.length === 0
  let code = ''
  if (isNeeded()) {
    code = await readFile(path, 'utf8').then(
      (text) => text.trim(),
      () => '',
    )
    if (code.length < 20) {
      code = newSecret().slice(0, 24)
      // Another HMI with the same folder may have been first.
      const made = await writeFile(path, `${code}\n`, { mode: 0o600, flag: 'wx' }).catch(
        () => 'there',
      )
      if (made === 'there') code = (await readFile(path, 'utf8')).trim()
    }
    waitsForSetup(code, path)
  }
  return {
    get isNeeded() {
      return isNeeded()
    },
    async first(given, name, password) {
      if (!isNeeded()) throw new MlaError('QUERY_INVALID', 'this system is set up already')
      if (!isSame(given.trim(), code)) {
        throw new MlaError('NOT_AUTHENTICATED', 'this is not the set-up code of the log')
      }
      const user = await accounts.addUser({ name, password, role: 'expert', subsystems: null })
      await rm(path, { force: true })
      return user
    },
  }
}
