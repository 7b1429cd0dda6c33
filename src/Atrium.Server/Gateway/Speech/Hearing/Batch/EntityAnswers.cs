using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>Answers about entities of the speech service: one, or a page of a list.</summary>
internal sealed class EntityAnswers(Metering metering)
{
    private const int UsualPage = 100;
    private const int LargestPage = 1000;

    public async Task AnswerAsync(GatewayCall call, int status, JsonNode body, CancellationToken cancellationToken)
    {
        metering.Record(call, status);
        call.Http.Response.StatusCode = status;
        call.Http.Response.ContentType = "application/json; charset=utf-8";
        await call.Http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
    }

    /// <summary>Without a body.</summary>
    public void Answer(GatewayCall call, int status)
    {
        metering.Record(call, status);
        call.Http.Response.StatusCode = status;
    }

    /// <summary>The part of a list that <c>skip</c> and <c>top</c> ask for.</summary>
    public Task AnswerPageAsync(GatewayCall call, IEnumerable<JsonObject> all, CancellationToken cancellationToken) =>
        AnswerAsync(call, StatusCodes.Status200OK, Page(call.Http.Request, all), cancellationToken);

    private static JsonObject Page(HttpRequest request, IEnumerable<JsonObject> all)
    {
        var (skip, top) = (Whole(request, "skip", 0, int.MaxValue) ?? 0, Whole(request, "top", 1, LargestPage) ?? UsualPage);
        var items = all.Skip(skip).Take(top + 1).ToList();
        var page = new JsonObject { ["values"] = new JsonArray([.. items.Take(top)]) };
        if (items.Count > top)
        {
            var query = QueryString.Create(request.Query.Where(q => q.Key is not ("skip" or "top"))).Add("skip", $"{skip + top}").Add("top", $"{top}");
            page["@nextLink"] = $"{request.Scheme}://{request.Host}{request.Path}{query}";
        }

        return page;
    }

    private static int? Whole(HttpRequest request, string name, int min, int max) => request.Query[name].FirstOrDefault() is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value
        : throw ApiException.Invalid(name, $"'{name}' must be a whole number from {min} to {max}; found '{text}'.");
}
