import type { Sign } from './parse.ts'

type OfTwoNumbers<T> = Readonly<Partial<Record<Sign, (x: number, y: number) => T>>>

/** The signs that put two numbers in order. */
export const order: OfTwoNumbers<boolean> = {
  '<': (x, y) => x < y,
  '<=': (x, y) => x <= y,
  '>': (x, y) => x > y,
  '>=': (x, y) => x >= y,
}

/** The signs that make a number of two, as IEEE 754 has it: a division by 0 is not refused. */
export const calculate: OfTwoNumbers<number> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '/': (x, y) => x / y,
  '%': (x, y) => x % y,
  '^': (x, y) => x ** y,
}
