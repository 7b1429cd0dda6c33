namespace Atrium.Persistence.Migrations;

/// <summary>A script that the database has had.</summary>
internal sealed record AppliedMigration(int Number, string Name, string Checksum);
