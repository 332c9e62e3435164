import { describe, expect, it } from 'vitest'
import {
  after, again, bodyOf, isConflict, nextOf, nextTurn, outcomeOf, pauseAfter, type QueuedMove, type QueuedReport,
} from './queue'

function report(id: string, createdAt: number, more: Partial<QueuedReport> = {}): QueuedReport {
  return {
    id, key: `key-${id}`, owner: 1, kind: 'report', title: id, createdAt, photos: [], state: 'waiting', attempts: 0, nextAt: 0,
    refusal: null, body: { text: id }, ...more,
  }
}
function move(id: string, createdAt: number, caseId: number, more: Partial<QueuedMove> = {}): QueuedMove {
  return {
    id, key: `key-${id}`, owner: 1, kind: 'move', title: id, createdAt, photos: [], state: 'waiting', attempts: 0, nextAt: 0,
    refusal: null, caseId, move: 'verify_pass', version: 3, values: {}, photoField: 'photos', ...more,
  }
}
const REFUSAL = { status: 412, code: 'flow.stale', detail: '案件已更新', remedy: null }

describe('order', () => {
  it('sends the oldest first', () => {
    expect(nextOf([report('b', 2), report('a', 1)], 10)?.id).toBe('a')
  })
  it('lets others pass one that pauses', () => {
    expect(nextOf([report('a', 1, { nextAt: 99 }), report('b', 2)], 10)?.id).toBe('b')
  })
  it('never lets a later step of a case overtake an earlier one that is refused or pauses', () => {
    const refused = move('a', 1, 7, { state: 'refused', refusal: REFUSAL })
    expect(nextOf([refused, move('b', 2, 7)], 10)).toBeNull()
    expect(nextOf([move('a', 1, 7, { nextAt: 99 }), move('b', 2, 7)], 10)).toBeNull()
    expect(nextOf([refused, move('c', 3, 8)], 10)?.id).toBe('c')
  })
  it('does not send what the city has refused', () => {
    expect(nextOf([report('a', 1, { state: 'refused', refusal: REFUSAL })], 10)).toBeNull()
    expect(nextTurn([report('a', 1, { state: 'refused', refusal: REFUSAL })])).toBeNull()
  })
})

describe('answers', () => {
  it.each([0, 408, 425, 429, 500, 503])('status %i leaves the outcome unknown and keeps the key', (status) => {
    const item = report('a', 1)
    const left = after(item, outcomeOf(status, null), 1_000)
    expect(left).toMatchObject({ state: 'waiting', attempts: 1, nextAt: 3_000, key: 'key-a' })
  })
  it.each([403, 404, 409, 412, 413, 422])('status %i is a refusal that stays to be seen', (status) => {
    const left = after(report('a', 1), outcomeOf(status, { ...REFUSAL, status }), 1_000)
    expect(left).toMatchObject({ state: 'refused', refusal: { status, detail: '案件已更新' } })
  })
  it('waits for sign-in instead of giving up', () => {
    expect(outcomeOf(401, null).kind).toBe('signed_out')
    expect(after(report('a', 1), { kind: 'signed_out' }, 0)).toMatchObject({ state: 'waiting' })
  })
  it('leaves the queue only when done', () => {
    expect(after(report('a', 1), { kind: 'done', number: '1', caseId: 1 }, 0)).toBeNull()
  })
  it('pauses longer each time, up to a bound', () => {
    const pauses = [1, 2, 3, 4, 20].map(pauseAfter)
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 120_000])
  })
})

describe('trying again', () => {
  it('takes a new key and the version that the person has seen', () => {
    const refused = move('a', 1, 7, { state: 'refused', refusal: REFUSAL, attempts: 4 })
    expect(isConflict(REFUSAL)).toBe(true)
    expect(again(refused, 'new', 9)).toMatchObject({ key: 'new', version: 9, state: 'waiting', attempts: 0, refusal: null })
  })
  it('puts photo hashes where the move wants them', () => {
    const photo = { id: 'p', name: 'p.jpg', blob: new Blob(), hash: 'abc' }
    expect(bodyOf(move('a', 1, 7, { photos: [photo], values: { reason: 'ok' } }))).toEqual({ reason: 'ok', photos: ['abc'] })
    expect(bodyOf(report('b', 1, { photos: [photo] }))).toEqual({ text: 'b', attachments: ['abc'] })
  })
})
