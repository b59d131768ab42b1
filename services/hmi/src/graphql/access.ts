import { MlaError } from '@mla/model'
import type { Access } from '../access/access.ts'
import { type Accounts, roleOf } from '../access/accounts.ts'
import type { Role, User } from '../access/identity.ts'
import { permissions, refusalOf } from '../access/permissions.ts'
import type { StoredToken, StoredUser } from '../access/store.ts'
import { accessSdl } from './access.graphql.ts'
import type { Area } from './area.ts'
import type { RequestContext } from './context.ts'

interface Change {
  readonly name: string
  readonly role: string
  readonly subsystems?: readonly string[] | null
}
type Named = Pick<Change, 'name'>

const micros = (ms: number): number => Math.round(ms) * 1000
const enumName = ({ role }: { readonly role: Role }): string => role.toUpperCase()
const rights = ({ role, subsystems }: Change) => ({
  role: roleOf(role),
  subsystems: subsystems ?? null,
})

export const accessArea = (access: Access): Area => ({
  sdl: accessSdl,
  fields: {
    Me: {
      role: enumName,
      expires: ({ expiresMs }: User) => (expiresMs === null ? null : micros(expiresMs)),
      may: (user: User) =>
        Object.keys(permissions.Mutation).filter(
          (field) => refusalOf(user, 'Mutation', field) === null,
        ),
    },
    UserAccount: {
      role: enumName,
      created: ({ createdMs }: StoredUser) => micros(createdMs),
    },
    MachineToken: {
      role: enumName,
      created: ({ createdMs }: StoredToken) => micros(createdMs),
      expires: ({ expiresMs }: StoredToken) => micros(expiresMs),
    },
  },
  queries: {
    me: (_: object, { user }: RequestContext) => user,
    users: () => kept(access).users(),
    machineTokens: () => kept(access).tokens(),
  },
  mutations: {
    addUser: (given: Change & { readonly password: string }) =>
      kept(access).addUser({ name: given.name, password: given.password, ...rights(given) }),
    changeUser: (given: Change) => kept(access).changeUser(given.name, rights(given)),
    setPassword: ({ name, password }: Named & { readonly password: string }) =>
      kept(access).setPassword(name, password),
    async changeMyPassword(
      given: { readonly oldPassword: string; readonly newPassword: string },
      { user }: RequestContext,
    ) {
      await access.changeMyPassword(user, given.oldPassword, given.newPassword)
      return true
    },
    async removeUser({ name }: Named) {
      await kept(access).removeUser(name)
      return true
    },
    addMachineToken: (given: Change & { readonly days?: number }, { user }: RequestContext) =>
      kept(access).addToken(
        { name: given.name, days: given.days ?? 365, ...rights(given) },
        user.name,
      ),
    async removeMachineToken({ id }: { readonly id: string }) {
      await kept(access).removeToken(id)
      return true
    },
  },
})

function kept({ accounts }: Access): Accounts {
  if (accounts) return accounts
  throw new MlaError(
    'QUERY_INVALID',
    'this system has no users and no tokens: everyone is an expert (MLA_AUTH=off)',
  )
}
