using Atrium.Contracts;
using Atrium.Persistence;

namespace Atrium.Server.Resources;

/// <summary>Rows of the activity log.</summary>
internal static class Activity
{
    public static ActivityRow Row(DateTimeOffset now, string operation, ResourceId id, ResourceRequest request, string status, int httpStatus) => new()
    {
        Time = now,
        Operation = operation,
        ResourceId = id.Text,
        Caller = request.Caller.ObjectId,
        CorrelationId = request.CorrelationId,
        Status = status,
        HttpStatus = httpStatus,
    };
}
