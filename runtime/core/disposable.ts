/** Something to be given back: `dispose` frees it now; calling it twice is fine. */
export interface Disposable {
  dispose(): void;
}

/** Collects what is to be disposed together, last in first out. */
export class DisposableStore implements Disposable {
  private readonly items: Disposable[] = [];
  private disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose();
    else this.items.push(item);
    return item;
  }

  dispose(): void {
    this.disposed = true;
    for (const item of this.items.splice(0).reverse()) item.dispose();
  }
}
