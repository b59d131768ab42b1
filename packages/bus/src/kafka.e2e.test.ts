import { sharedKafka } from '@mla/stack'
import { describeBus } from './conformance.ts'
import { openTestBuses } from './kafka/test-buses.ts'

const { brokers } = await sharedKafka()

describeBus('the bus over Kafka', () => openTestBuses(brokers))
