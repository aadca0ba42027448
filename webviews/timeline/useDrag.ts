import { useRef } from 'preact/hooks';

/** What a pointer's events are handed to. */
interface Drag {
  start(event: PointerEvent): void;
  move(event: PointerEvent): boolean;
  end(): boolean;
}

/** Follows a pointer that is held down; `end` and `move` say whether it has dragged something. */
export function useDrag(onMove: (pixels: number) => void): Drag {
  const held = useRef<{ x: number; moved: boolean } | undefined>(undefined);
  return {
    start(event: PointerEvent) {
      held.current = { x: event.clientX, moved: false };
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    },
    move(event: PointerEvent): boolean {
      const { current } = held;
      if (!current || event.buttons === 0) return false;
      const pixels = event.clientX - current.x;
      if (!current.moved && Math.abs(pixels) < 3) return false;
      held.current = { x: event.clientX, moved: true };
      onMove(pixels);
      return true;
    },
    end(): boolean {
      const moved = held.current?.moved === true;
      held.current = undefined;
      return moved;
    },
  };
}
