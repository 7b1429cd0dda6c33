using System.Globalization;

namespace Atrium.Inference.Speaking.Flite;

/// <summary>What flite prints of a phrase's sounds: <c>pau:0.164 hh:0.255 ax:0.304</c>. Pure.</summary>
internal static class FlitePhones
{
    public static IReadOnlyList<Phone> Read(string printed)
    {
        var phones = new List<Phone>();
        foreach (var item in printed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = item.LastIndexOf(':');
            if (colon > 0 && double.TryParse(item.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var end))
            {
                phones.Add(new(item[..colon], TimeSpan.FromSeconds(end)));
            }
        }

        return phones;
    }

    /// <summary>The names between the silences.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Groups(IReadOnlyList<Phone> phones)
    {
        var groups = new List<List<string>>();
        var isOpen = false;
        foreach (var phone in phones)
        {
            if (!phone.IsSilence && !isOpen)
            {
                groups.Add([]);
            }

            isOpen = !phone.IsSilence;
            if (isOpen)
            {
                groups[^1].Add(phone.Name);
            }
        }

        return groups;
    }
}
