using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atrium.Server.Tests.Gateway;

/// <summary>A server of the OpenAI shape that says what it is told to say and keeps what it was asked.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TaskCompletionSource cancelled = new();
    private readonly ConcurrentQueue<(string Path, JsonObject Body)> asked = [];

    public ScriptedUpstream()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/{**path}", AnswerAsync);
        app.MapGet("/v1/models", () => new { @object = "list", data = Models.Select(id => new { id, @object = "model" }) });
    }

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public IReadOnlyList<(string Path, JsonObject Body)> Asked => [.. asked];

    public JsonObject Last => Asked[^1].Body;

    /// <summary>The whole answer, or the events of a stream one by one, without <c>data:</c>.</summary>
    public string[] Says { get; set; } = ["{}"];

    public string AnswerType { get; set; } = "application/json";

    public int Status { get; set; } = 200;

    /// <summary>The models that it lists.</summary>
    public string[] Models { get; set; } = [];

    /// <summary>The query of the last call, and its Content Safety key.</summary>
    public (string Query, string Key) LastSafety { get; private set; }

    /// <summary>Events of a stream after which no more comes until the caller goes away; null for a stream that ends.</summary>
    public int? HangsAfter { get; set; }

    /// <summary>Whether the connection breaks after what it says, in the midst of the answer.</summary>
    public bool BreaksOff { get; set; }

    /// <summary>Done when the caller of a stream that hangs has gone away.</summary>
    public Task Cancelled => cancelled.Task;

    public string? LastAuthorization { get; private set; }

    public Task StartAsync() => app.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task<int> LengthAsync(Stream body)
    {
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes);
        return (int)bytes.Length;
    }

    /// <summary>The values of a form, and of its file the name and length.</summary>
    private static async Task<JsonObject> FormAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var body = new JsonObject();
        foreach (var (name, values) in form)
        {
            body[name] = values.ToString();
        }

        foreach (var file in form.Files)
        {
            body[file.Name] = new JsonObject { ["name"] = file.FileName, ["length"] = file.Length };
        }

        return body;
    }

    private async Task BreakAsync(HttpContext context)
    {
        if (BreaksOff)
        {
            await context.Response.Body.FlushAsync();
            await Task.Delay(200);
            context.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var body = context.Request.HasFormContentType ? await FormAsync(context.Request)
            : context.Request.ContentType?.StartsWith("audio/", StringComparison.Ordinal) is true || context.Request.ContentType is "application/octet-stream" ? new() { ["length"] = await LengthAsync(context.Request.Body) }
            : await JsonNode.ParseAsync(context.Request.Body) is JsonObject whole ? whole : [];
        LastSafety = (context.Request.QueryString.Value!, context.Request.Headers["Ocp-Apim-Subscription-Key"].ToString());
        asked.Enqueue((context.Request.Path, body));
        LastAuthorization = context.Request.Headers.Authorization;
        context.Response.StatusCode = Status;
        if (Status != StatusCodes.Status200OK || body["stream"]?.GetValue<bool>() != true)
        {
            context.Response.ContentType = AnswerType;
            context.Response.ContentLength = BreaksOff ? Says[0].Length * 4 : null;
            await context.Response.WriteAsync(Says[0]);
            await BreakAsync(context);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        foreach (var item in Says.Take(HangsAfter ?? Says.Length))
        {
            await context.Response.WriteAsync($"data: {item}\n\n");
            await context.Response.Body.FlushAsync();
        }

        await BreakAsync(context);
        if (HangsAfter is null)
        {
            await context.Response.WriteAsync("data: [DONE]\n\n");
            return;
        }

        try
        {
            await Task.Delay(TimeSpan.FromMinutes(1), context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            cancelled.TrySetResult();
        }
    }
}
