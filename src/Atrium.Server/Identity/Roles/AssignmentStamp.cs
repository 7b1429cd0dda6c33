using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Roles;

/// <summary>The provider writes who and when into the properties, in place of <c>systemData</c>.</summary>
internal static class AssignmentStamp
{
    public static void Write(ResourceEdit edit)
    {
        var (now, who) = (edit.Now.UtcDateTime, edit.Caller.ObjectId);
        edit.Properties["createdOn"] = edit.Before?.Properties["createdOn"]?.DeepClone() ?? now;
        edit.Properties["createdBy"] = edit.Before?.Properties["createdBy"]?.DeepClone() ?? who;
        edit.Properties["updatedOn"] = now;
        edit.Properties["updatedBy"] = who;
    }
}
