import type {
  ClientSession,
  ClientSessionPublishService,
  CreateMonitoredItemsRequestLike,
  CreateMonitoredItemsResponse,
  CreateSubscriptionRequestLike,
  CreateSubscriptionResponse,
  DeleteMonitoredItemsRequestLike,
  DeleteMonitoredItemsResponse,
  DeleteSubscriptionsRequestLike,
  DeleteSubscriptionsResponse,
  ModifyMonitoredItemsRequestLike,
  ModifyMonitoredItemsResponse,
  TransferSubscriptionsRequestLike,
  TransferSubscriptionsResponse,
} from 'node-opcua-client'

/** The services below ClientSubscription: node-opcua's session has them, its type does not. */
interface SubscriptionServices {
  createSubscription(request: CreateSubscriptionRequestLike): Promise<CreateSubscriptionResponse>
  deleteSubscriptions(request: DeleteSubscriptionsRequestLike): Promise<DeleteSubscriptionsResponse>
  transferSubscriptions(
    request: TransferSubscriptionsRequestLike,
  ): Promise<TransferSubscriptionsResponse>
  createMonitoredItems(
    request: CreateMonitoredItemsRequestLike,
  ): Promise<CreateMonitoredItemsResponse>
  modifyMonitoredItems(
    request: ModifyMonitoredItemsRequestLike,
  ): Promise<ModifyMonitoredItemsResponse>
  deleteMonitoredItems(
    request: DeleteMonitoredItemsRequestLike,
  ): Promise<DeleteMonitoredItemsResponse>
}

export type RawSession = ClientSession & ClientSessionPublishService & SubscriptionServices

export function rawSession(session: ClientSession): RawSession {
  if (isRaw(session)) return session
  throw new Error('this version of node-opcua-client hides the subscription services')
}

const services = ['publish', 'republish', 'createSubscription', 'createMonitoredItems']

const isRaw = (session: ClientSession): session is RawSession =>
  services.every((service) => service in session)
