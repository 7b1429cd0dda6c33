using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Files.Uploads;

/// <summary>Files that come in parts, which may come at once and again (OpenAI, <c>/uploads</c>).</summary>
internal sealed class UploadCalls(UploadStore uploads, FileStore files, Metering metering, TimeProvider clock)
{
    /// <summary>As published.</summary>
    private const long LargestPart = 64L * 1024 * 1024;
    private const int LongestValue = 1024;
    private const int ChunkBytes = 128 * 1024;

    public async Task CreateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        await AnswerAsync(call, await uploads.AddAsync(call.Owner, UploadRequest.Read(document.RootElement), cancellationToken), cancellationToken);
    }

    public async Task AddPartAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var upload = await FindAsync(call, cancellationToken);
        var (id, path) = uploads.NewPart(upload);
        var incoming = files.NewIncoming();
        var form = await UploadForm.ReadAsync(call.Http.Request, "'data'", ["data"], incoming, LargestPart, LongestValue, cancellationToken);
        var problems = new List<Problem>();
        UnknownMembers.Refuse(form, ["data"], problems);
        if (form.FileName is null)
        {
            problems.Add(new("data", "'data' is required: a part of the form with a file name, the bytes.", ProblemCodes.Required));
        }

        if (problems.Count > 0)
        {
            File.Delete(incoming);
            throw ApiException.Invalid(problems);
        }

        File.Move(incoming, path);
        await AnswerAsync(call, new() { ["id"] = id, ["object"] = "upload.part", ["created_at"] = clock.GetUtcNow().ToUnixTimeSeconds(), ["upload_id"] = upload.Id }, cancellationToken);
    }

    /// <summary>Puts the parts together in the order in which they are named. Where they are not what was announced, the upload goes on.</summary>
    public async Task CompleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var upload = await FindAsync(call, cancellationToken);
        var whole = files.NewIncoming();
        try
        {
            var (parts, sum) = Read(document.RootElement, upload);
            var found = await JoinAsync(parts, whole, cancellationToken);
            if (sum is not null && !sum.Equals(found, StringComparison.OrdinalIgnoreCase))
            {
                throw ApiException.Invalid("md5", $"'md5' is '{sum}', and that of the parts together '{found}'. Nothing was made; the upload goes on.");
            }

            await AnswerAsync(call, await uploads.CompleteAsync(call.Owner, upload, whole, cancellationToken), cancellationToken);
        }
        catch (FileNotFoundException)
        {
            throw UploadStore.EndedElsewhere(upload);
        }
        finally
        {
            File.Delete(whole);
        }
    }

    public async Task CancelAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        await AnswerAsync(call, await uploads.CancelAsync(await FindAsync(call, cancellationToken), cancellationToken), cancellationToken);
    }

    private (IReadOnlyList<string> Paths, string? Md5) Read(JsonElement body, KeptUpload upload)
    {
        var problems = new List<Problem>();
        UnknownMembers.Refuse(body, ["part_ids", "md5"], problems);
        var paths = new List<string>();
        if (!body.TryGetProperty("part_ids", out var ids) || ids.ValueKind is not JsonValueKind.Array || ids.GetArrayLength() == 0)
        {
            problems.Add(new("part_ids", "'part_ids' is required: the ids of the parts, in their order.", ProblemCodes.Required));
        }
        else
        {
            var index = 0;
            foreach (var id in ids.EnumerateArray())
            {
                if (id.ValueKind is JsonValueKind.String && uploads.PartOf(upload, id.GetString()!) is { } path && !paths.Contains(path))
                {
                    paths.Add(path);
                }
                else
                {
                    problems.Add(new($"part_ids[{index}]", $"'part_ids[{index}]' must be the id of a part of this upload, each of them once."));
                }

                index++;
            }
        }

        var sum = body.Text("md5", problems);
        var length = paths.Sum(path => new FileInfo(path).Length);
        if (problems.Count == 0 && length != upload.Bytes)
        {
            problems.Add(new("part_ids", $"The parts have {length} bytes together; the upload was announced with {upload.Bytes}."));
        }

        return problems.Count == 0 ? (paths, sum) : throw ApiException.Invalid(problems);
    }

    /// <summary>Writes the parts one after the other, complete and flushed.</summary>
    /// <returns>The MD5 of all, in hexadecimal.</returns>
    private static async Task<string> JoinAsync(IEnumerable<string> parts, string whole, CancellationToken cancellationToken)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await using var target = new FileStream(whole, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = PrivateFile.OwnerOnly, BufferSize = 0 });
        var chunk = new byte[ChunkBytes];
        foreach (var part in parts)
        {
            await using var source = new FileStream(part, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 });
            for (int read; (read = await source.ReadAsync(chunk, cancellationToken)) > 0;)
            {
                sum.AppendData(chunk, 0, read);
                await target.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
            }
        }

        target.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    private Task<KeptUpload> FindAsync(GatewayCall call, CancellationToken cancellationToken) =>
        uploads.FindPendingAsync(call.Owner, (string)call.Http.Request.RouteValues["upload"]!, cancellationToken);

    private Task AnswerAsync(GatewayCall call, JsonObject body, CancellationToken cancellationToken) =>
        metering.AnswerAsync(call, Metering.Json, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
}
