import type { NodeShape } from '../shared/stateLook';

/** A node's outline around the origin as SVG path data; each shape covers about the same area. */
export function nodeOutline(shape: NodeShape, radius: number): string {
  switch (shape) {
    case 'disc':
      return `M${-radius} 0a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`;
    case 'octagon':
      return polygon(8, radius * 1.06, Math.PI / 8);
    case 'diamond':
      return polygon(4, radius * 1.2, 0);
    case 'square':
      return roundedSquare(radius * 0.92, radius * 0.3);
  }
}

function polygon(corners: number, radius: number, turn: number): string {
  const points = Array.from({ length: corners }, (_, index) => {
    const angle = (index / corners) * 2 * Math.PI + turn;
    return `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${points.join('L')}Z`;
}

function roundedSquare(half: number, corner: number): string {
  const side = 2 * (half - corner);
  const arc = (dx: number, dy: number) => `a${corner} ${corner} 0 0 1 ${dx} ${dy}`;
  return (
    `M${-half + corner} ${-half}h${side}${arc(corner, corner)}v${side}${arc(-corner, corner)}` +
    `h${-side}${arc(-corner, -corner)}v${-side}${arc(corner, -corner)}Z`
  );
}
