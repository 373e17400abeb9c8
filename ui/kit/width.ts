import { useEffect, useRef, useState } from 'preact/hooks';

/** How many pixels wide the element is that holds `ref`, for pictures whose letters must keep their size. */
export function useWidth<T extends Element>(first: number): { ref: { current: T | null }; width: number } {
  const ref = useRef<T>(null);
  const [width, setWidth] = useState(first);

  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => { if (entry && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width)); });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
