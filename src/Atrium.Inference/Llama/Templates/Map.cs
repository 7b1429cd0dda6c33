using System.Collections;

namespace Atrium.Inference.Llama.Templates;

/// <summary>A mapping that keeps the order of its keys. Numbers that are equal are one key, as in Python.</summary>
internal class Map : IEnumerable<KeyValuePair<object, object?>>
{
    private readonly OrderedDictionary<object, object?> _items = new(new KeyComparer());

    public IEnumerable<object> Keys => _items.Keys;

    public IEnumerable<object?> Values => _items.Values;

    public int Count => _items.Count;

    public object? this[object key]
    {
        set => _items[key] = value;
    }

    public bool TryGetValue(object key, out object? value) => _items.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<object, object?>> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class KeyComparer : IEqualityComparer<object>
    {
        public new bool Equals(object? x, object? y) => object.Equals(Canonical(x), Canonical(y));

        public int GetHashCode(object obj) => Canonical(obj)!.GetHashCode();

        private static object? Canonical(object? key) => Templates.Values.AsNumber(key) is { } number ? number : key;
    }
}

/// <summary>What namespace() makes: the only thing whose parts a template may set.</summary>
internal sealed class Namespace : Map;
