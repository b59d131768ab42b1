/** "1 problem", "2 problems". */
export const howMany = (count: number, thing: string): string =>
  `${count} ${thing}${count === 1 ? '' : 's'}`
