/** Offices by their path, as a tree; a filter keeps what matches and the way down to it. */
import type { Org } from '@chengshu/api'

export interface OrgNode {
  code: string
  label: string
  org: Org
  children: OrgNode[]
}

export function treeOf(orgs: readonly Org[], q = ''): OrgNode[] {
  const nodes = new Map<string, OrgNode>()
  for (const org of orgs) nodes.set(org.path, { code: org.code, label: org.name, org, children: [] })
  const roots: OrgNode[] = []
  for (const [path, node] of nodes) {
    const parent = nodes.get(path.slice(0, path.lastIndexOf('.')))
    if (parent && parent !== node) parent.children.push(node)
    else roots.push(node)
  }
  const wanted = q.trim().toLowerCase()
  return wanted ? roots.flatMap((node) => keep(node, wanted)) : roots
}

function keep(node: OrgNode, q: string): OrgNode[] {
  const children = node.children.flatMap((child) => keep(child, q))
  const hit = `${node.label}${node.code}${node.org.short ?? ''}`.toLowerCase().includes(q)
  return hit || children.length ? [{ ...node, children }] : []
}
