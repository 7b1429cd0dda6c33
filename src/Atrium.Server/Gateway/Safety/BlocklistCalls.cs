using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace Atrium.Server.Gateway.Safety;

/// <summary><c>text/blocklists</c> (Content Safety 2023-10-01, 2024-02-15-preview and 2024-09-01).</summary>
internal sealed class BlocklistCalls(BlocklistState state, BlocklistStore store, Metering metering)
{
    public static readonly GatewayOperation Read = new("text/blocklists.read", "text/blocklists", Blocklist.ActionOf("read"), null);
    public static readonly GatewayOperation Write = new("text/blocklists.write", "text/blocklists", Blocklist.ActionOf("write"), null);
    public static readonly GatewayOperation Delete = new("text/blocklists.delete", "text/blocklists", Blocklist.ActionOf("delete"), null);

    public async Task ListAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var lists = (await state.ReadAsync(cancellationToken)).SeenBy(call);
        await AnswerAsync(call, StatusCodes.Status200OK, new() { ["value"] = new JsonArray([.. lists.Values.Select(list => list.View())]) }, cancellationToken);
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken) =>
        await AnswerAsync(call, StatusCodes.Status200OK, (await FindAsync(call, cancellationToken)).View(), cancellationToken);

    public async Task PatchAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var name = BlocklistRequests.Name(call.Http);
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var (list, isCreated) = await store.SaveAsync(call, name, BlocklistRequests.Change(name, body.RootElement), cancellationToken);
        await AnswerAsync(call, isCreated ? StatusCodes.Status201Created : StatusCodes.Status200OK, list.View(), cancellationToken);
    }

    public async Task DeleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(call, BlocklistRequests.Name(call.Http), cancellationToken);
        await AnswerAsync(call, StatusCodes.Status204NoContent, null, cancellationToken);
    }

    public async Task AddItemsAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var name = BlocklistRequests.Name(call.Http);
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var hasRegex = SafetyVersions.HasRegex(call.Http);
        var items = BlocklistRequests.Items(body.RootElement);
        var list = await store.AddAsync(call, name, items, cancellationToken);
        await AnswerAsync(call, StatusCodes.Status200OK, new() { ["blocklistItems"] = new JsonArray([.. items.Select(item => item.View(item.IdIn(list), hasRegex))]) }, cancellationToken);
    }

    public async Task RemoveItemsAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var name = BlocklistRequests.Name(call.Http);
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        await store.RemoveAsync(call, name, BlocklistRequests.ItemIds(body.RootElement), cancellationToken);
        await AnswerAsync(call, StatusCodes.Status204NoContent, null, cancellationToken);
    }

    public async Task ListItemsAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var page = BlocklistRequests.Page(call.Http);
        var list = await FindAsync(call, cancellationToken);
        var (after, isPastEnd) = (page.After, false);
        if (page is { After: null, Skip: > 0 })
        {
            var skipped = await store.ListItemsAsync(list, null, Math.Min(page.Skip, BlocklistLimits.Items), cancellationToken);
            (after, isPastEnd) = (skipped.Count > 0 ? skipped[^1].Id : null, skipped.Count < page.Skip);
        }

        var found = isPastEnd || page.Take == 0 ? [] : await store.ListItemsAsync(list, after, page.Take + 1, cancellationToken);
        var hasRegex = SafetyVersions.HasRegex(call.Http);
        var answer = new JsonObject { ["value"] = new JsonArray([.. found.Take(page.Take).Select(row => row.Item.View(row.Id, hasRegex))]) };
        if (found.Count > page.Take && page.NextQuery(SafetyVersions.Of(call.Http), found[page.Take - 1].Id) is { } next)
        {
            answer["nextLink"] = AddressOf(call.Http) + next;
        }

        await AnswerAsync(call, StatusCodes.Status200OK, answer, cancellationToken);
    }

    public async Task GetItemAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var list = await FindAsync(call, cancellationToken);
        var id = BlocklistRequests.ItemId(call.Http);
        var item = id is null ? null : await store.FindItemAsync(list, id, cancellationToken);
        var view = item?.View(id!, SafetyVersions.HasRegex(call.Http))
            ?? throw ApiException.NotFound("ResourceNotFound", $"The blocklist '{list.Name}' has no item '{call.Http.Request.RouteValues["blocklistItem"]}'.");
        await AnswerAsync(call, StatusCodes.Status200OK, view, cancellationToken);
    }

    private async ValueTask<Blocklist> FindAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var name = BlocklistRequests.Name(call.Http);
        return (await state.ReadAsync(cancellationToken)).SeenBy(call).GetValueOrDefault(name)
            ?? throw ApiException.NotFound("ResourceNotFound", $"There is no blocklist '{name}' here.");
    }

    /// <summary>As the client wrote it: an account's own host leads to another path inside.</summary>
    private static string AddressOf(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return $"{context.Request.Scheme}://{context.Request.Host}{target.Split('?')[0]}";
    }

    private async Task AnswerAsync(GatewayCall call, int status, JsonObject? answer, CancellationToken cancellationToken)
    {
        metering.Record(call, status);
        call.Http.Response.StatusCode = status;
        if (answer is not null)
        {
            call.Http.Response.ContentType = "application/json; charset=utf-8";
            await call.Http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
        }
    }
}
