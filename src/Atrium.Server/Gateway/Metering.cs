using Atrium.Persistence;
using Atrium.Server.Usage;

namespace Atrium.Server.Gateway;

/// <summary>Leaves the one row of a call. Before the answer's last byte, so that whoever saw the whole answer is counted.</summary>
internal sealed class Metering(UsageJournal journal, TimeProvider clock)
{
    /// <summary>The usual content type of a whole answer.</summary>
    public const string Json = "application/json";

    public void Demand() => journal.DemandRoom();

    /// <summary>Answers 200 with a whole body, counted before it goes out.</summary>
    public async Task AnswerAsync(GatewayCall call, string contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        Record(call, StatusCodes.Status200OK);
        call.Http.Response.ContentType = contentType;
        call.Http.Response.ContentLength = body.Length;
        await call.Http.Response.Body.WriteAsync(body, cancellationToken);
    }

    public void Record(GatewayCall call, int status)
    {
        if (call.IsMetered || call.Owner is null)
        {
            return;
        }

        call.IsMetered = true;
        journal.Append(new UsageRow
        {
            Id = call.Id,
            Time = clock.GetUtcNow(),
            Account = (call.Owner.IsProject ? call.Model.AccountOf(call.Owner)?.Id.Key : call.Owner.Id.Key) ?? "",
            Project = call.Owner.IsProject ? call.Owner.Id.Key : "",
            Caller = call.CallerName,
            Operation = call.Operation,
            Deployment = call.Deployment?.Name ?? "",
            Model = call.ModelName,
            TokensIn = call.TokensIn,
            TokensOut = call.TokensOut,
            LatencyMilliseconds = call.ElapsedMilliseconds,
            Status = status,
            Tags = call.Tags,
        });
    }
}
