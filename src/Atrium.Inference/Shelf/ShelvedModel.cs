namespace Atrium.Inference.Shelf;

/// <summary>A model's place on a shelf: opened when somebody asks for it, closed again when nobody does.</summary>
public sealed class ShelvedModel<T>
    where T : class
{
    private readonly ModelShelf _shelf;

    internal ShelvedModel(ModelShelf shelf, ShelfPlace place) => (_shelf, Place) = (shelf, place);

    /// <summary>Where the shelf keeps count of it.</summary>
    internal ShelfPlace Place { get; }

    /// <summary>The model, open. Those who ask while it is being opened wait for the same opening; one that failed is tried again by the next.</summary>
    /// <exception cref="ModelMemoryException">There is no room for it.</exception>
    public async ValueTask<ModelLease<T>> RentAsync(CancellationToken cancellationToken)
    {
        var model = (T)await _shelf.TakeAsync(Place, cancellationToken);
        return new(model, () => _shelf.Return(Place));
    }
}
