export { explainGrok, type GrokFailure } from './explain-grok.ts'
export type { Circumstances, Parse } from './format.ts'
export { createFramer } from './framers.ts'
export type { Framer, TakeFrame } from './framing.ts'
export { createPacketAssembler, type PacketLimits, type PacketProblem } from './gelf-packets.ts'
export { compileGrok, type Grok, type Patterns } from './grok.ts'
export { rankOfWord } from './levels.ts'
export { createJoiner, type Joiner, type MultilineRules } from './multiline.ts'
export {
  createPolicy,
  letThrough,
  type Policy,
  type PolicyRules,
  type Summary,
  type Withheld,
  withheld,
} from './policy.ts'
export { compileRecipe, type Recipe, type RecipeProblem } from './recipe.ts'
export { type RecipeFields, type RecipeRules, recipeSchema } from './recipe-shape.ts'
export { shippedRecipes } from './recipes.ts'
export { safeRegex } from './safe-regex.ts'
export { isPlain, understand } from './understand.ts'
export { isZone } from './zone.ts'
