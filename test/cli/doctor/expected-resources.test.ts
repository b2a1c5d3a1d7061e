import { describe, expect, it } from '@jest/globals'
import { expectResources, notLookedAt } from '../../../lib/cli/doctor/expected-resources.js'
import { type Declared, readDeclared } from './declared.js'

// Goal: no resource can be added to serverless.yml, and no property that doctor compares be changed, without doctor knowing.
// Method: the template is read here a second time, by other code, into the same facts.

const stage = 'prod'

describe('expectResources', () => {
  const declared = readDeclared(stage)
  const expected = expectResources(stage)

  it('knows everything that serverless.yml declares, and nothing else', () => {
    const known = [...expected.map(({ declaredAs }) => declaredAs), ...Object.keys(notLookedAt)].sort()
    expect(known).toEqual([...declared.keys()].sort())
  })

  it('names each resource as the template does', () => {
    const names = (facts: Iterable<[string, Declared | undefined]>) =>
      [...facts].map(([id, of]) => `${id}: ${of?.kind} ${of?.name}`)
    expect(names(expected.map(of => [of.declaredAs, of]))).toEqual(
      names(expected.map(({ declaredAs }) => [declaredAs, declared.get(declaredAs)])),
    )
  })

  it.each(expected)('expects of $declaredAs what the template says', ({ declaredAs, facts }) => {
    expect(facts).toEqual(declared.get(declaredAs)?.facts)
  })
})
