namespace Atrium.Inference.Shelf;

/// <summary>An open model that stays open until this is disposed.</summary>
public sealed class ModelLease<T> : IDisposable
    where T : class
{
    private Action? _release;

    internal ModelLease(T model, Action release) => (Model, _release) = (model, release);

    /// <summary>The model. Not to be used after the lease has ended.</summary>
    public T Model { get; }

    /// <summary>The same lease of something that is made of the model. It takes the place of this one, which must not be disposed any more. Where making it fails the lease has ended.</summary>
    public ModelLease<TOther> As<TOther>(Func<T, TOther> make)
        where TOther : class
    {
        ArgumentNullException.ThrowIfNull(make);
        try
        {
            return new(make(Model), Dispose);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Ends the lease. Again does nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
