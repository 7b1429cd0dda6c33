using System.Xml;
using System.Xml.Linq;
using Atrium.Persistence;
using Atrium.Server.Egress;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>
/// Where the audio of transcriptions comes from. An address in the project's own container is read here, without a key, because it is the project that asks;
/// everything else is fetched by the one way out.
/// </summary>
internal sealed class TranscriptionInputs(IAtriumStore store, IProjectBlobs blobs, UrlFetcher fetcher, EgressClient egress)
{
    /// <summary>URLs are the callers', so they are followed as far as the network rules let them.</summary>
    public static readonly EgressDoor Door = new("transcription-input", "An audio file that a transcription names by its URL") { MaxRedirects = 5 };

    /// <summary>Of an audio file of a batch transcription.</summary>
    public const long MostBytes = 1024L * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);
    private const int MostBlobs = 10_000;
    private const int PageSize = 1000;
    private const int LongestList = 64 * 1024 * 1024;

    /// <summary>The addresses of all that is in a container.</summary>
    /// <exception cref="FetchRefusedException">It cannot be listed.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(KeyOwner owner, string container, CancellationToken cancellationToken)
    {
        if (await OwnAsync(owner, container, cancellationToken) is not (var project, var prefix))
        {
            return await ListOutsideAsync(owner, new(container), cancellationToken);
        }

        var (found, after) = (new List<string>(), (string?)null);
        while (found.Count < MostBlobs && await blobs.ListAsync(project, ProjectContainer.Data, prefix, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var blob in page)
            {
                found.Add((await blobs.AddressAsync(project, ProjectContainer.Data, blob.Path, cancellationToken)).AbsoluteUri);
            }

            after = page[^1].Path;
        }

        return found;
    }

    /// <summary>Brings one to the disk.</summary>
    /// <exception cref="FetchRefusedException">It cannot be had. The message is for the caller.</exception>
    public async Task FetchAsync(KeyOwner owner, string url, string path, long mostBytes, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = PrivateFile.OwnerOnly });
        if (await OwnAsync(owner, url, cancellationToken) is not (var project, var name))
        {
            await fetcher.FetchToAsync(Door, url, owner.IsProject ? owner.Id.Key : owner.Hub, file, mostBytes, Patience, cancellationToken);
            return;
        }

        if (await blobs.OpenAsync(project, ProjectContainer.Data, name, cancellationToken) is not { } found)
        {
            throw new FetchRefusedException("There is no such blob in the project's container.");
        }

        await using var content = found.Content;
        if (await BoundedBody.CopyAsync(content, file, mostBytes, cancellationToken) is null)
        {
            throw new FetchRefusedException($"The blob has more than {mostBytes} bytes.");
        }
    }

    /// <summary>The project and the blob's path, where an address leads into the container of the project that asks.</summary>
    private async Task<(ProjectScope Project, string Path)?> OwnAsync(KeyOwner owner, string url, CancellationToken cancellationToken)
    {
        if (!owner.IsProject || await ProjectScope.FindAsync(owner.Id, new ResourceReader(store), cancellationToken) is not { StorageAccount: not null } project)
        {
            return null;
        }

        var (asked, own) = (Uri.TryCreate(url, UriKind.Absolute, out var address) ? address : throw new FetchRefusedException("It is no address of http or https."), await blobs.AddressAsync(project, ProjectContainer.Data, "", cancellationToken));
        var isOurs = asked.Host.Equals(own.Host, StringComparison.OrdinalIgnoreCase) || asked.IsLoopback;
        var (path, container) = (Uri.UnescapeDataString(asked.AbsolutePath), own.AbsolutePath.TrimEnd('/'));
        return !isOurs ? null
            : path.Equals(container, StringComparison.Ordinal) ? (project, "")
            : path.StartsWith(container + "/", StringComparison.Ordinal) ? (project, path[(container.Length + 1)..])
            : null;
    }

    /// <summary>A container of a storage account elsewhere, by the shared access signature in its address.</summary>
    private async Task<IReadOnlyList<string>> ListOutsideAsync(KeyOwner owner, Uri container, CancellationToken cancellationToken)
    {
        var (found, marker) = (new List<string>(), "");
        do
        {
            var query = $"{container.Query.TrimStart('?')}&restype=container&comp=list&maxresults={PageSize}&marker={Uri.EscapeDataString(marker)}".TrimStart('&');
            var page = await ReadListAsync(owner, new UriBuilder(container) { Query = query }.Uri, cancellationToken);
            var names = page.Descendants("Blob").Select(blob => (string?)blob.Element("Name")).OfType<string>();
            found.AddRange(names.Select(name => new UriBuilder(container) { Path = $"{container.AbsolutePath.TrimEnd('/')}/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}" }.Uri.AbsoluteUri));
            marker = (string?)page.Root?.Element("NextMarker") ?? "";
        }
        while (marker.Length > 0 && found.Count < MostBlobs);

        return found;
    }

    private async Task<XDocument> ReadListAsync(KeyOwner owner, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "x-ms-version", "2021-12-02" } } };
            using var answer = await egress.SendAsync(new(Door, owner.IsProject ? owner.Id.Key : owner.Hub), request, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                throw new FetchRefusedException($"The container answered {(int)answer.StatusCode}.");
            }

            var bytes = await BoundedBody.ReadAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), answer.Content.Headers.ContentLength, LongestList, cancellationToken)
                ?? throw new FetchRefusedException("The list of the container is too long.");
            using var reader = XmlReader.Create(new MemoryStream(bytes), new() { DtdProcessing = DtdProcessing.Prohibit });
            return XDocument.Load(reader);
        }
        catch (EgressRefusedException refused)
        {
            throw new FetchRefusedException(refused.Message);
        }
        catch (Exception failure) when (failure is HttpRequestException or HttpIOException)
        {
            throw new FetchRefusedException(EgressRefusedException.UnreachableMessage);
        }
        catch (XmlException)
        {
            throw new FetchRefusedException("The container answered no list of blobs.");
        }
    }
}
